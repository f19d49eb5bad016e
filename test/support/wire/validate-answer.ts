import { schemaComplaint } from './schema-complaint.js';

/** @throws Error with the schema's complaint when a SOAP answer is not what the served WSDL promises */
export async function validateAnswer(endpoint: string, service: string, xml: string): Promise<void> {
  const complaint = await schemaComplaint(endpoint, service, xml);
  if (complaint !== null) throw new Error(`${service}: answer breaks its own WSDL: ${complaint}\n${xml}`);
}
