/** Carries out one operation of a service: message in, message out. @throws FaultError */
export type CallOperation = (service: string, operation: string, message: object) => Promise<unknown>;
