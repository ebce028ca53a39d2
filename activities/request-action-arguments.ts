import type { ActEffect } from '../db/request-action';
import { type Amounts, amountProblems, wantedOf } from '../domain/pool';
import { Impossible } from './case-effect-step';

type Args = ActEffect['arguments'];
const named = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

/** @throws Impossible */
export function textOf(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Impossible(`${name} must be a text, it is ${named(value)}`);
}

/** Null when it is not there: what an undo is to undo was never done. @throws Impossible */
export function optionalText(args: Args, name: string): string | null {
  const value = args[name];
  return value === undefined || value === null || value === '' ? null : textOf(args, name);
}

/** @throws Impossible */
export function objectOf(args: Args, name: string): Record<string, unknown> {
  const value = args[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Impossible(`${name} must be an object, it is ${named(value)}`);
}

/** @throws Impossible */
export function wholeOf(args: Args, name: string): number {
  const value = args[name];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new Impossible(`${name} must be a whole number above 0, it is ${named(value)}`);
}

/** Days as seconds; null when they are left out. @throws Impossible */
export function daysOf(args: Args, name: string): number | null {
  const value = args[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value > 0 && value <= 3_650) return value * 86_400;
  throw new Impossible(`${name} must be a number of days up to 3650, it is ${named(value)}`);
}

/** @throws Impossible naming everything that is wrong */
export function amountsOf(args: Args): Amounts {
  const problems = amountProblems(args.amounts);
  if (problems.length > 0) throw new Impossible(problems.join('; '));
  return wantedOf(args.amounts as Record<string, number | null>);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);
