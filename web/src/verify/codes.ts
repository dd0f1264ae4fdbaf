/** Words for the codes of EU certificates (eHealth Network value sets). A code that is not here is shown as it is. */

const NAMES: Record<string, string> = {
  '840539006': 'COVID-19',
  '1119305005': 'SARS-CoV-2 antigen vaccine',
  '1119349007': 'SARS-CoV-2 mRNA vaccine',
  J07BX03: 'COVID-19 vaccine',
  'EU/1/20/1528': 'Comirnaty',
  'EU/1/20/1507': 'Spikevax',
  'EU/1/20/1525': 'Jcovden',
  'EU/1/21/1529': 'Vaxzevria',
  'EU/1/21/1618': 'Nuvaxovid',
  'EU/1/21/1624': 'Valneva',
  'BBIBP-CorV': 'BBIBP-CorV (Vero Cell)',
  CoronaVac: 'CoronaVac',
  'Sputnik-V': 'Sputnik V',
  Covaxin: 'Covaxin',
  Covishield: 'Covishield',
  Abdala: 'Abdala',
  'ORG-100001699': 'AstraZeneca AB',
  'ORG-100030215': 'BioNTech Manufacturing GmbH',
  'ORG-100001417': 'Janssen-Cilag International',
  'ORG-100031184': 'Moderna Biotech Spain S.L.',
  'ORG-100020693': 'China Sinopharm International Corp.',
  'ORG-100032020': 'Novavax CZ a.s.',
  'ORG-100024420': 'Sinopharm Zhijun Shenzhen',
  'Sinovac-Biotech': 'Sinovac Biotech',
  'Gamaleya-Research-Institute': 'Gamaleya Research Institute',
};

/** Vaccines that a rule may be about, in the order in which they are offered. */
export const PRODUCTS = [
  'EU/1/20/1528', 'EU/1/20/1507', 'EU/1/21/1529', 'EU/1/20/1525', 'EU/1/21/1618', 'EU/1/21/1624', 'BBIBP-CorV', 'CoronaVac', 'Sputnik-V',
  'Covaxin', 'Covishield', 'Abdala',
] as const;

/** Codes whose meaning a verifier acts on, as keys of the texts. */
const TESTS = { 'LP6464-4': 'code.naat', 'LP217198-3': 'code.rapid', '94762-2': 'code.antibody' } as const;
/** What a test found, in capitals: the core's own list (shared/src/certificate/content.cpp). */
const RESULTS = {
  '260415000': 'code.notDetected',
  '260385009': 'code.notDetected',
  '131194007': 'code.notDetected',
  '2667000': 'code.notDetected',
  'LA6577-6': 'code.notDetected',
  'LA11883-8': 'code.notDetected',
  'LA15256-3': 'code.notDetected',
  'LA9634-2': 'code.notDetected',
  'RA01.1': 'code.notDetected',
  NEGATIVE: 'code.notDetected',
  'NOT DETECTED': 'code.notDetected',
  NORMAL: 'code.notDetected',
  NEG: 'code.notDetected',
  ND: 'code.notDetected',
  NR: 'code.notDetected',
  N: 'code.notDetected',
  '260373001': 'code.detected',
  '10828004': 'code.detected',
  '52101004': 'code.detected',
  '11214006': 'code.detected',
  '260408008': 'code.detected',
  '720735008': 'code.detected',
  '840533007': 'code.detected',
  '407479009': 'code.detected',
  '407480007': 'code.detected',
  'LA6576-8': 'code.detected',
  'LA18996-1': 'code.detected',
  'LA11882-0': 'code.detected',
  'LA15255-5': 'code.detected',
  'LA9633-4': 'code.detected',
  'RA01.0': 'code.detected',
  POSITIVE: 'code.detected',
  DETECTED: 'code.detected',
  ABNORMAL: 'code.detected',
  POS: 'code.detected',
  DET: 'code.detected',
  RR: 'code.detected',
  WR: 'code.detected',
  A: 'code.detected',
  '419984006': 'code.inconclusive',
  '42425007': 'code.inconclusive',
  '82334004': 'code.inconclusive',
  '415684004': 'code.inconclusive',
  'LA11885-3': 'code.inconclusive',
  'LA9663-1': 'code.inconclusive',
  'LA4259-3': 'code.inconclusive',
  'LA11884-6': 'code.inconclusive',
  IND: 'code.inconclusive',
  E: 'code.inconclusive',
  '125154007': 'code.invalidTest',
  '455371000124106': 'code.invalidTest',
  'LA13548-5': 'code.invalidTest',
  'LA15841-2': 'code.invalidTest',
} as const;

export type CodeWord = (typeof TESTS)[keyof typeof TESTS] | (typeof RESULTS)[keyof typeof RESULTS];

const tests = new Map<string, CodeWord>(Object.entries(TESTS));
const results = new Map<string, CodeWord>(Object.entries(RESULTS));

/** The word for what stands in `field`: a lot may be called POS as well. */
export function wordOf(field: string, code: string): CodeWord | null {
  return (field === 'result' ? results.get(code.trim().toUpperCase()) : tests.get(code)) ?? null;
}

export function nameOf(code: string): string {
  return Object.hasOwn(NAMES, code) ? (NAMES[code] ?? code) : code;
}
