/** As many proofs as keep the platform's threads busy; the core holds at most 256 open inspections. */
export const FLIGHTS = 64;

/** `verify` for every text, at most FLIGHTS at a time; the answers in the order of the texts. */
export async function verifyAll<Verdict>(
  texts: readonly string[],
  verify: (text: string) => Promise<Verdict>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < texts.length; i = next++) {
      const text = texts[i];
      if (text !== undefined) verdicts[i] = await verify(text);
    }
  };
  await Promise.all(Array.from({ length: Math.min(FLIGHTS, texts.length) }, lane));
  return verdicts;
}
