// The page's types and forms are written by the core's own program; what is checked in must be what it writes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const program = join(process.env.LACHAN_BINARY_ROOT ?? 'build/dev', 'emit_types');

for (const [what, file] of [['types', 'web/src/core/types.gen.ts'], ['forms', 'web/src/core/forms.gen.json']]) {
  test(`${file} is what the field lists say`, (context) => {
    if (!existsSync(program)) {
      context.skip(`${program} is not built`);
      return;
    }
    const written = execFileSync(program, [what], { encoding: 'utf8' });
    assert.equal(readFileSync(file, 'utf8'), written, `run: ${program} ${what} > ${file}`);
  });
}
