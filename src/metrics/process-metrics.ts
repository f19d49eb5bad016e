import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { oxbowVersion } from '../oxbow-version.js';

let ofProcess: Registry | null = null;

/** CPU, memory, event loop and garbage collection: once for the process, since what measures them cannot be stopped again. */
export function processMetrics(): Promise<string> {
  if (ofProcess === null) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: 50 });
  }
  return ofProcess.metrics();
}

/** Says which Oxbow this is. */
export function addBuildInfo(registry: Registry): void {
  const gauge = new Gauge({
    name: 'oxbow_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  gauge.set({ version: oxbowVersion(), node: process.version }, 1);
}
