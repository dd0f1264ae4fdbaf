// Turns the page's texts of the verifier into C++, so that lachan-verify speaks the same words.
//   node make_words.mjs <folder with vi/verify.ts and en/verify.ts> <file to write>
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, target] = process.argv.slice(2);

/** The table of one language: an object literal between its declaration and its end. */
async function table(language) {
  const source = readFileSync(join(folder, language, 'verify.ts'), 'utf8');
  const literal = source.match(/export const text[^=]*=\s*(\{[\s\S]*\})\s*(?:as const\s*)?(?:satisfies [^;]*)?;/)?.[1];
  if (!literal) throw new Error(`${language}/verify.ts holds no table of texts`);
  const module = `data:text/javascript,${encodeURIComponent(`export default ${literal}`)}`;
  return (await import(module)).default;
}

const [vi, en] = [await table('vi'), await table('en')];
const keys = Object.keys(vi).sort();
const missing = keys.filter((key) => typeof en[key] !== 'string');
if (missing.length || keys.length < 50) throw new Error(`texts without English: ${missing.join(', ') || 'too few texts'}`);

const quoted = (text) => JSON.stringify(text);
const rows = keys.map((key) => `    {${quoted(key)}, ${quoted(vi[key])}, ${quoted(en[key])}},`);
writeFileSync(
  target,
  `// Made by tools/verify/make_words.mjs from web/src/text: do not edit.\n#include "words.h"\n\nnamespace lachan::verify {\n\n` +
    `std::span<const Word> all_words() {\n    static constexpr Word kWords[] = {\n${rows.join('\n')}\n    };\n    return kWords;\n}\n\n}  // namespace lachan::verify\n`,
);
