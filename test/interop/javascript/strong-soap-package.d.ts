// The package strong-soap has no types of its own; these are what strong-soap.ts uses.
declare module 'strong-soap' {
  export interface Client {
    [operation: string]: (request: object) => Promise<{ result?: { return?: unknown; item?: unknown } }>;
  }

  const strongSoap: {
    soap: {
      createClient(url: string, options: object, done: (error: Error | null, client: Client) => void): void;
    };
  };
  export default strongSoap;
}
