const ROUNDS = 30;

/** Processor time of the fastest round of each: what the code needs, whatever else the machine does. */
export function fastestMs(...works: readonly (() => unknown)[]): readonly number[] {
  const fastest = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      fastest[at] = Math.min(fastest[at] ?? 0, (user + system) / 1000);
    }
  }
  return fastest;
}
