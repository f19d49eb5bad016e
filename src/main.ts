#!/usr/bin/env node
import './young-generation.js';

// Not at the top: what is loaded already fills the heap.
const { runOxbow } = await import('./run-oxbow.js');
await runOxbow(process.argv.slice(2));
