import { build } from './build.js';

/** Path of the program, built once a test process: it starts with a third of the work that its sources take. */
export const oxbowEntry = build();
