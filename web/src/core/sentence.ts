/** Puts words to what a business rule says: the core gives the sentences as a tree, a table of texts gives the words. */

export type Subject = { field: string } | { value: unknown } | { formula: string };

export interface Sentence {
  key: string;
  args?: {
    a?: Subject;
    b?: Subject;
    list?: Subject[];
    set?: string;
    n?: number;
    unit?: string;
    formula?: string;
  };
  items?: Sentence[];
}

/** The text of a key, nothing when the table has none. */
export type Words = (key: string) => string | undefined;

function subject(one: Subject, words: Words): string {
  if ('field' in one) return words(`field.${one.field}`) ?? one.field;
  if ('formula' in one) return one.formula;
  return words(`code.${String(one.value)}`) ?? String(one.value);
}

function part(sentence: Sentence, name: string, words: Words): string | undefined {
  const { args = {}, items = [] } = sentence;
  if (name === 'a' || name === 'b') return args[name] && subject(args[name], words);
  if (name === 'list') return args.list?.map((one) => subject(one, words)).join(', ');
  if (name === 'unit') return args.unit && (words(`unit.${args.unit}`) ?? args.unit);
  if (name === 'n' || name === 'set' || name === 'formula') return args[name]?.toString();
  const inner = items[Number(name)];
  return inner && clause(inner, words);
}

const lower = (text: string): string => text.charAt(0).toLocaleLowerCase() + text.slice(1);

const isGroup = ({ key }: Sentence): boolean => key === 'logic.all' || key === 'logic.any';

/** `sentence` without a capital of its own: it may stand within another one. */
function clause(sentence: Sentence, words: Words): string {
  const template = words(sentence.key) ?? sentence.key;
  if (isGroup(sentence)) {
    // "a; or b; and c" says two things: what belongs together within the other kind of group stands in brackets.
    const whole = (item: Sentence): string => (isGroup(item) && item.key !== sentence.key ? `(${clause(item, words)})` : clause(item, words));
    return (sentence.items ?? []).map(whole).join(template);
  }
  return lower(template).replace(/\{(\w+)\}/g, (hole, name: string) => part(sentence, name, words) ?? hole);
}

/** What a rule says, as one sentence. */
export function sentenceOf(sentence: Sentence, words: Words): string {
  const text = clause(sentence, words);
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
