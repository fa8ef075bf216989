/**
A word of a command as a shell takes it: quoted where it holds anything that a shell would read in its own way.
*/
export const shellWord = (word: string): string => /^[\w.,\/:=@%+\-]+$/v.test(word) ? word : `'${word.replaceAll('\'', String.raw`'\''`)}'`;
