/**
A reason of the planner without the verdict that it begins with, for where the verdict stands beside it.
*/
export const withoutVerdict = (reason: string): string => reason.replace(/^(?:kept|expires): /v, '');
