/** A WSDL that cannot be read, or that describes something `oxbow call` cannot send. */
export class WsdlError extends Error {}

/** Arguments that do not fit the operation; nothing was sent. */
export class ArgumentError extends Error {}
