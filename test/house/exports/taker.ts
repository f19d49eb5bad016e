import { taken as renamed } from './giver.js';

async function take(): Promise<number> {
  const { takenLate } = await import('./giver.js');
  return renamed({ size: 1 }) + takenLate();
}

void take();
