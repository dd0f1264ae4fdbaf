// Turns the page's texts of the verifier and its words for codes into C++, so that the programs speak the same words.
//   node make_words.mjs <folder of the page's sources> <file to write>
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, target] = process.argv.slice(2);

/** The table of one language: an object literal between its declaration and its end. */
async function table(language) {
  const source = readFileSync(join(folder, 'text', language, 'verify.ts'), 'utf8');
  return literal(source.match(/export const text[^=]*=\s*(\{[\s\S]*\})\s*(?:as const\s*)?(?:satisfies [^;]*)?;/)?.[1], `${language}/verify.ts`);
}

async function literal(source, file) {
  if (!source) throw new Error(`${file} holds no table`);
  const module = `data:text/javascript,${encodeURIComponent(`export default ${source}`)}`;
  return (await import(module)).default;
}

const codes = readFileSync(join(folder, 'verify', 'codes.ts'), 'utf8');
const tableOf = (name) => literal(codes.match(new RegExp(`const ${name}\\b[^=]*=\\s*(\\{[^}]*\\})`))?.[1], `codes.ts, ${name}`);

const [vi, en] = [await table('vi'), await table('en')];
const keys = Object.keys(vi).sort();
const missing = keys.filter((key) => typeof en[key] !== 'string');
if (missing.length || keys.length < 50) throw new Error(`texts without English: ${missing.join(', ') || 'too few texts'}`);

const quoted = (text) => JSON.stringify(text);
const row = (key, own, other) => `    {${quoted(key)}, ${quoted(own)}, ${quoted(other)}},`;
const rows = keys.map((key) => row(key, vi[key], en[key]));
const named = Object.entries(await tableOf('NAMES')).map(([code, name]) => [code, name, name]);
// Words that are no codes mean something in one field alone, and a lot may be called POS.
const worded = Object.entries({ ...(await tableOf('TESTS')), ...(await tableOf('RESULTS')) }).filter(([code]) => /\d/.test(code)).map(([code, key]) => [code, vi[key], en[key]]);
const codeRows = [...named, ...worded].sort(([a], [b]) => (a < b ? -1 : 1)).map((each) => row(...each));
writeFileSync(
  target,
  `// Made by tools/verify/make_words.mjs from web/src/text: do not edit.\n#include "words.h"\n\nnamespace lachan::verify {\n\n` +
    `std::span<const Word> all_words() {\n    static constexpr Word kWords[] = {\n${rows.join('\n')}\n    };\n    return kWords;\n}\n\n` +
    `std::span<const Word> all_codes() {\n    static constexpr Word kCodes[] = {\n${codeRows.join('\n')}\n    };\n    return kCodes;\n}\n\n}  // namespace lachan::verify\n`,
);
