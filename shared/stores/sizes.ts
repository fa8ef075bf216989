export const mebibyte = 1024 * 1024;

/**
What a small object may have at most unless somebody says otherwise: 64 MiB.
*/
export const smallObjectBytes = 64 * mebibyte;

/**
Bytes of each part of a large object: at least `least`, and so many that no more than 9,000 parts are needed (decision D14; S3 takes 10,000, Azure 50,000).
*/
export const partBytesFor = (size: number, least: number): number => Math.max(least, Math.ceil(size / 9000));
