#include "certificate/vds.h"

namespace lachan::certificate {
namespace {

/// ISO 3166-1 alpha-3 with alpha-2, in order and six characters each, with what ICAO 9303 part 3 adds for the European
/// Union, Kosovo, the United Nations and Utopia, the state of specimens.
constexpr std::string_view kStates =
    "ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI "
    "BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT "
    "BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR "
    "CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE "
    "ETHET EUEEU FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW "
    "GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO "
    "IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW "
    "LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV "
    "MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA "
    "NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW "
    "PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE RKSXK ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG "
    "SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX "
    "SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG "
    "UKRUA UMIUM UNOUN URYUY USAUS UTOUT UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA "
    "ZMBZM ZWEZW ";
constexpr std::size_t kWidth = 6;

}  // namespace

std::string_view alpha2_of(std::string_view state) {
    if (state.size() != 3) return {};
    std::size_t low = 0;
    std::size_t high = kStates.size() / kWidth;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::string_view entry = kStates.substr(middle * kWidth, kWidth);
        if (entry.substr(0, 3) == state) return entry.substr(3, 2);
        if (entry.substr(0, 3) < state)
            low = middle + 1;
        else
            high = middle;
    }
    return {};
}

std::string_view alpha3_of(std::string_view country) {
    for (std::size_t at = 0; at < kStates.size(); at += kWidth) {
        if (kStates.substr(at + 3, 2) == country) return kStates.substr(at, 3);
    }
    return {};
}

}  // namespace lachan::certificate
