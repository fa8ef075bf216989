/**
The encryption of one file, ready to begin.
*/
export type Sealing = {
	/** Bytes of the encrypted file, for so many bytes of content. */
	readonly size: (plainBytes: number) => number;
	readonly seal: (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
};
