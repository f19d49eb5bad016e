export { createHttpApp } from '../../src/http/create-http-app.js';
export { startServer } from '../../src/http/server/server.js';
export { createSoapEndpoint } from '../../src/soap/endpoint.js';
export { defaultSoapLimits } from '../../src/soap/contract/limits.js';
export { serviceCodec } from '../../src/soap/service-codec.js';
export { createLogger } from '../../src/observe/logging.js';
export { readConfig } from '../../src/settings/read-config.js';
