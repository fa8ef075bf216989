/**
A number of things: `1 backup`, `3 backups`.
*/
export const countText = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
