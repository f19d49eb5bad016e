import { bundle } from './bundle.js';

await bundle(['src/main.ts'], 'dist');
