const asText = (text: string): string => text;

/** Numbers stay numbers as long as JSON keeps their digits. */
function number(text: string): number | string {
  const value = Number(text);
  return String(value) === text ? value : text;
}

/** JSON values of answers. The readers of `soap` would lose digits of long numbers and the form of dates. */
export const answerDeserializers: Readonly<Record<string, (text: string) => string | number>> = {
  ...Object.fromEntries(
    'long integer int short byte unsignedLong unsignedInt unsignedShort unsignedByte nonNegativeInteger positiveInteger decimal double float'
      .split(' ')
      .map((type) => [type, number]),
  ),
  date: asText,
  dateTime: asText,
};
