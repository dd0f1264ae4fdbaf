/** The sheets that lachan-issue lays out: one page of A4 each, read by people, by screen readers, and by the camera of a verifier. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, lookAt, test, type App } from './support/app';
import { expectNoAxe, program } from './support/certificates';

const HEAD = 'kind,familyName,givenName,birthDate,nationality,disease,country,issuer,vaccine,product,manufacturer,dose,doses,date,testType,testName,sampledAt,result,centre,firstPositiveOn,validFrom,validUntil,lot';
const WHO = 'Nguyễn Phước Bảo Ngọc,Công Tằng Tôn Nữ Thị Hoàng Anh,1988-02-29,VNM,840539006,VN,Trung tâm Kiểm soát bệnh tật Thành phố Hồ Chí Minh';
const CENTRE = 'Viện Vệ sinh dịch tễ Trung ương - Khoa Vi rút';
const day = (shift: number): string => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
const ROWS = [
  `vaccination,${WHO},1119349007,EU/1/20/1507,ORG-100031184,2,2,${day(-40)},,,,,,,,,LOT-4711`,
  `test,${WHO},,,,,,,LP6464-4,RT-PCR,${day(-2)}T08:15:00+07:00,260415000,${CENTRE},,,,`,
  `recovery,${WHO},,,,,,,,,,,,${day(-60)},${day(-49)},${day(100)},`,
];

interface Sheet {
  number: string;
  file: string;
}

/** An issuer with a sheet for each kind there is. */
function papers(app: App): Sheet[] {
  const issuer = join(app.folder, 'issuer');
  const folder = join(app.folder, 'papers');
  const rows = join(app.folder, 'rows.csv');
  writeFileSync(rows, [HEAD, ...ROWS].join('\n'));
  const issue = (...args: string[]): string => execFileSync(program('lachan-issue'), [...args, '--dir', issuer], { encoding: 'utf8' });
  issue('authority', '--country', 'VN', '--organisation', 'Demo');
  issue('signer', '--name', 'ec1');
  issue('signer', '--name', 'own1', '--own');
  writeFileSync(`${rows}.own`, OWN);
  const make = (what: string, signer: string, into: string, ...args: string[]): Sheet[] =>
    issue(what, '--signer', signer, '--paper', join(folder, into), ...args).trim().split('\n').map((line, index) => ({
      number: (JSON.parse(line) as { identifier: string }).identifier,
      file: join(folder, into, `${index + 1}.html`),
    }));
  mkdirSync(folder);
  const sheets = [
    ...make('certificate', 'ec1', 'health', rows),
    ...make('own', 'own1', 'own', `${rows}.own`),
    ...make('place', 'own1', 'place', '--host', 'kb.example.vn', '--site', 'border-gate', '--unit', '26734'),
  ];
  issue('list');
  return sheets;
}

const OWN = `kind,name,birthDate,document,sex,person,place,unit,from,until,order,followUpUntil,method,interpretation,sampledAt,resultAt,centre,sample,version
card,Công Tằng Tôn Nữ Thị Hoàng Anh,1988-03-12,001188012345,female,KB-7F3K-9QWE-4,,,,,,,,,,,,,
release,Công Tằng Tôn Nữ Thị Hoàng Anh,1988-03-12,001188012345,,,facility,26734,${day(-20)},${day(-6)},123/QĐ-UBND,${day(8)},,,,,,,
result,Công Tằng Tôn Nữ Thị Hoàng Anh,1988-03-12,001188012345,,,,,,,,,pcr,negative,${day(-1)}T08:00:00+07:00,${day(-1)}T20:00:00+07:00,Viện Pasteur,S-0001,1
`;

/** Summary and number of each certificate in a picture or PDF. */
function readIn(app: App, file: string): string[] {
  const args = ['--json', '--list', join(app.folder, 'issuer', 'trust.json'), join(app.folder, file)];
  const lines = execFileSync(program('lachan-verify'), args, { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const { summary, verdict } = JSON.parse(line) as { summary: string; verdict: { content: { events: { identifier: string }[] } } };
    return `${summary} ${verdict.content.events[0]?.identifier}`;
  });
}

test('each sheet is one page of A4 with a code that is read from its picture and its PDF', async ({ app }) => {
  const sheets = papers(app);
  expect(sheets).toHaveLength(7);
  const { page } = await app.browser({ width: 794, height: 1123 });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const [index, { number, file }] of sheets.entries()) {
    const name = `paper-${index + 1}`;
    const isPoster = index === 6;
    await page.goto(`file://${file}`);
    await expectNoAxe(page, name);
    if (isPoster) await expect(page.locator('main')).toContainText('Cửa khẩu');
    else await expect(page.getByRole('rowheader', { name: /^Họ và tên/ }).locator('+ td')).toContainText('Hoàng Anh');
    if (index === 4 || isPoster) await expect(page.locator('main')).toContainText('Phường Tân Định, Quận 1, Thành phố Hồ Chí Minh');
    await expect(page.locator('main')).not.toContainText('001188');
    await page.emulateMedia({ media: 'print' });
    const mm = await page.locator('svg').evaluate((drawing) => {
      const quiet = Number(drawing.getAttribute('viewBox')?.split(' ')[2]);
      return (drawing.getBoundingClientRect().width / 96) * 25.4 * ((quiet - 8) / quiet);
    });
    expect(mm, 'without its quiet zone').toBeGreaterThanOrEqual(isPoster ? 149 : 50);
    const pdf = await page.pdf({ preferCSSPageSize: true, path: join(app.folder, `${name}.pdf`) });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g), `${name} is one sheet`).toHaveLength(1);
    await page.screenshot({ path: join(app.folder, `${name}.png`) });
    await lookAt(page, name);
    for (const ending of ['png', 'pdf']) expect(readIn(app, `${name}.${ending}`), ending).toEqual([`valid ${number}`]);
  }
  expect(asked.filter((url) => !url.startsWith('file:')), 'nothing is fetched').toEqual([]);
});
