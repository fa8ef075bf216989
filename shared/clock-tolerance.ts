/** Milliseconds that two clocks may be apart and both count as right (decision D72). */
export const clockToleranceMs = 5 * 60_000;
