import {
	celEnv, celMethod, CelScalar, isCelError, listType, parse, plan, type CelInput, type CelResult,
} from '@bufbuild/cel';
import {strings} from '@bufbuild/cel/ext';
import {toCelInput} from './cel-value.ts';
import {fieldError, type FieldError, type Reason} from './field-error.ts';
import {toRegExp} from './keywords.ts';
import {childrenOf, isUnchanged, type Node} from './node.ts';
import type {Rule} from './schema.ts';

type Variables = Readonly<Record<string, CelInput>>;
type Program = (variables: Variables) => CelResult;

/**
Checks the CEL rules of `x-kubernetes-validations` in a node and below. Rules that read `oldSelf` hold on updates alone, where the old value can be found.
*/
export const checkRulesBelow = (node: Node): readonly FieldError[] => node.value === null
	? []
	: [...checkRules(node), ...childrenOf(node).flatMap(child => checkRulesBelow(child))];

const {BOOL, DYN} = CelScalar;
const optional = listType(DYN);

// The optional `oldSelf` of Kubernetes, here a list of one value or none.
const optionalMethods = [
	celMethod('hasValue', optional, [], BOOL, function () {
		return this.size > 0;
	}),
	celMethod('value', optional, [], DYN, function () {
		return [...this][0] ?? null;
	}),
	celMethod('orValue', optional, [DYN], DYN, function (otherwise) {
		return [...this][0] ?? otherwise;
	}),
];

// The evaluator's own engine compiles a pattern anew at every call, which takes ten times as long.
const environment = celEnv({funcs: [...strings, ...optionalMethods], re2: {compile: pattern => toRegExp(pattern)}});

/**
A CEL expression, ready to be run. Throws when it is none.
*/
export const compileRule = (expression: string): Program => plan(environment, parse(expression));

/** Compiling takes longer than starting the rest of a server, and the tests start many with the same rules. */
const programs = new Map<string, Program>();

const compiled = (expression: string): Program => {
	const program = programs.get(expression) ?? compileRule(expression);
	programs.set(expression, program);
	return program;
};

const checkRules = (node: Node): FieldError[] => {
	const rules = node.schema['x-kubernetes-validations'] ?? [];
	const applicable = rules.filter(rule => usesOldSelf(rule) ? node.old !== undefined || rule.optionalOldSelf === true : !isUnchanged(node));
	if (applicable.length === 0) {
		return [];
	}

	const self = toCelInput(node.schema, node.value);
	const old = node.old === undefined ? [] : [toCelInput(node.schema, node.old)];
	return applicable.flatMap(rule => {
		const variables = {self, oldSelf: rule.optionalOldSelf === true ? old : old[0] ?? null};
		const result = compiled(rule.rule)(variables);
		return result === true ? [] : [refusal(node, rule, isCelError(result) ? `${result.message} evaluating rule: ${nameOf(rule)}` : messageOf(rule, variables))];
	});
};

const usesOldSelf = ({rule}: Rule): boolean => /\boldSelf\b/v.test(rule);

const nameOf = ({rule, message}: Rule): string => (message ?? rule).trim();

const messageOf = (rule: Rule, variables: Variables): string => {
	const text = rule.messageExpression === undefined ? undefined : compiled(rule.messageExpression)(variables);
	return typeof text === 'string' && text.trim() !== '' ? text.trim() : rule.message?.trim() ?? `failed rule: ${rule.rule.trim()}`;
};

const reasons: readonly Reason[] = ['FieldValueRequired', 'FieldValueForbidden', 'FieldValueDuplicate'];

const refusal = ({schema, path}: Node, {fieldPath = '', reason}: Rule, detail: string): FieldError => {
	const field = path === '' ? fieldPath.replace(/^\./v, '') : path + fieldPath;
	const known = reasons.find(candidate => candidate === reason) ?? 'FieldValueInvalid';
	return fieldError(field, known, schema.type ?? 'object', known === 'FieldValueDuplicate' ? '' : detail);
};
