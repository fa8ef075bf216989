export const mebibyte = 1024 * 1024;

/**
What a small object may have at most unless somebody says otherwise: 64 MiB.
*/
export const smallObjectBytes = 64 * mebibyte;
