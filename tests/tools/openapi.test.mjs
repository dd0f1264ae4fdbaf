// The API document that the build writes: valid OpenAPI, whole, and about what this build takes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build/dev'), 'emit_openapi');
const folder = mkdtempSync(join(tmpdir(), 'lachan-openapi-'));
const file = join(folder, 'openapi.json');
let text;
let document;

before(() => {
  execFileSync(program, [file]);
  text = readFileSync(file, 'utf8');
  document = JSON.parse(text);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Every object in the document, with its path. */
function* objects(value, path = '#') {
  if (value === null || typeof value !== 'object') return;
  yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${path}/${key}`);
}
const validate = async (one) => new Validator().validate(structuredClone(one));

test('it is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await validate(document);
  assert.equal(valid, true, JSON.stringify(errors, null, 1));
  assert.equal(document.openapi, '3.1.0');
});

test('the validator would notice', async () => {
  for (const spoil of [
    (one) => delete one.info.title,
    (one) => (one.paths['/v1/records'].post.responses = 7),
    (one) => (one.paths['v1/without-a-slash'] = {}),
    (one) => (one.components.securitySchemes.session.in = 'pocket'),
  ]) {
    const spoilt = structuredClone(document);
    spoil(spoilt);
    assert.equal((await validate(spoilt)).valid, false, String(spoil));
  }
});

test('every reference leads somewhere, and every schema is led to', () => {
  const used = new Set();
  for (const [path, { $ref }] of objects(document)) {
    if ($ref === undefined) continue;
    const name = /^#\/components\/schemas\/([\w.]+)$/.exec($ref)?.[1];
    assert.ok(name && document.components.schemas[name], `${path}: ${$ref}`);
    used.add(name);
  }
  for (const { arguments: $ref } of document['x-queries']) used.add($ref.$ref.split('/').at(-1));
  assert.deepEqual(Object.keys(document.components.schemas).filter((name) => !used.has(name)), []);
});

test('every part of a path is a parameter, and every schema can be met', () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      assert.deepEqual(named, [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), `${method} ${path}`);
      assert.ok(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)), `${method} ${path}`);
    }
  }
  for (const [path, schema] of objects(document.components.schemas)) {
    if (schema.type !== 'object' || !Array.isArray(schema.required)) continue;
    for (const name of schema.required) assert.ok(schema.properties?.[name], `${path} requires ${name}`);
  }
});

test('the forms of the page are in it, field by field', () => {
  const { forms } = { forms: JSON.parse(readFileSync(join(root, 'web/src/core/forms.gen.json'), 'utf8')) };
  let seen = 0;
  for (const [, form] of objects(forms)) {
    if (!form.system || !form.kind || !form.version || !Array.isArray(form.fields)) continue;
    const schema = document.components.schemas[`${form.system}.${form.kind}.v${form.version}`];
    assert.ok(schema, `${form.system}.${form.kind}`);
    assert.deepEqual(Object.keys(schema.properties).sort(), form.fields.map((field) => field.name).sort());
    ++seen;
  }
  assert.ok(seen > 5, `only ${seen} forms`);
});

test('a body that two kinds could have fits a record all the same', () => {
  const { body } = document.components.schemas.Record.properties;
  assert.ok(body.anyOf.length > 10 && body.oneOf === undefined, Object.keys(body).join());
});

test('written again, the file is left alone', () => {
  const { mtimeMs, ino } = statSync(file);
  execFileSync(program, [file]);
  assert.deepEqual([statSync(file).mtimeMs, statSync(file).ino], [mtimeMs, ino]);
  assert.equal(execFileSync(program, { encoding: 'utf8' }), text);
});
