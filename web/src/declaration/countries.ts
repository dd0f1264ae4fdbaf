/**
 * Countries by ISO 3166-1 alpha-3, which is what records hold. Each word is alpha-3 then alpha-2; the browser knows the
 * names by alpha-2 in both languages, so no list of names is shipped.
 */

import { language } from '../app/language';

const CODES =
  'ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE ' +
  'BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW ' +
  'CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY ' +
  'CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR ' +
  'FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU ' +
  'GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE ' +
  'JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT ' +
  'LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ ' +
  'MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ ' +
  'OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU ' +
  'RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK ' +
  'SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV ' +
  'TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ' +
  'ZMBZM ZWEZW';

const alpha2 = new Map(CODES.split(' ').map((pair) => [pair.slice(0, 3), pair.slice(3)]));

let names: Intl.DisplayNames | undefined;
let namesIn = '';

export function isCountry(code: string): boolean {
  return alpha2.has(code);
}

/** Nearly everybody's answer: asking the browser for it would cost a phone the load of all names, at the first drawing. */
const VIET_NAM = { vi: 'Việt Nam', en: 'Vietnam' };

export function countryName(code: string): string {
  if (code === 'VNM') return VIET_NAM[language()];
  const short = alpha2.get(code);
  if (!short) return code;
  if (namesIn !== language()) {
    namesIn = language();
    names = new Intl.DisplayNames([namesIn], { type: 'region' });
  }
  return names?.of(short) ?? code;
}

/** All countries by name, Việt Nam first. */
export function countries(): { code: string; name: string }[] {
  const list = [...alpha2.keys()].map((code) => ({ code, name: countryName(code) }));
  list.sort((a, b) => a.name.localeCompare(b.name, language()));
  return [...list.filter(({ code }) => code === 'VNM'), ...list.filter(({ code }) => code !== 'VNM')];
}
