import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { descriptionPath, descriptionText } from '../../infra/openapi.ts';
import { operationNames, operations } from '../../protocol/admin/operations.ts';

const description = JSON.parse(descriptionText()) as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly summary: string; readonly security?: unknown }>>>>; readonly components: { readonly schemas: Readonly<Record<string, unknown>> } };

describe('the description of the administrators\' API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(descriptionText())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every operation, and only those', () => {
    const described = Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`));
    expect(described.toSorted()).toEqual(operationNames.map((name) => `${name} ${operations[name].method.toLowerCase()} /v1/${operations[name].path}`).toSorted());
  });

  it('asks for a token everywhere but where anyone may ask', () => {
    const open = Object.values(description.paths).flatMap((methods) => Object.values(methods)).filter(({ security }) => security !== undefined).map(({ operationId }) => operationId);
    expect(open.toSorted()).toEqual(operationNames.filter((name) => operations[name].role === 'anyone').toSorted());
  });

  it('names only schemas that it holds', () => {
    const named = new Set([...descriptionText().matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? ''));
    expect([...named].toSorted()).toEqual(Object.keys(description.components.schemas).toSorted());
  });

  it('is the one in docs/: after a change, run `npm run openapi`', () => {
    expect(readFileSync(descriptionPath, 'utf8')).toBe(descriptionText());
  });
});
