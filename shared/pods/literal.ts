/**
A text as an argument or variable of a container must be written so that the container gets exactly that text: Kubernetes puts the value of a variable in the place of `$(NAME)`, a credential's too, and takes `$$` for one `$`.
*/
export const literal = (text: string): string => text.replaceAll('$', '$$$$');
