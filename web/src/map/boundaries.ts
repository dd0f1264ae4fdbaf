/** The file of boundaries that the page brings along (docs/BOUNDARIES.md). */
export async function fetchBoundaries(): Promise<ArrayBuffer> {
  const answer = await fetch('/assets/country.bin');
  if (!answer.ok) throw new Error(`/assets/country.bin: ${answer.status}`);
  return answer.arrayBuffer();
}
