#include "certificate/code_lists.h"

#include <algorithm>
#include <array>

#include "certificate/vds.h"

namespace lachan::certificate {
namespace {

constexpr std::string_view kDiseaseCodes[]{"840539006"};
constexpr std::string_view kVaccineCodes[]{
    "1119305005", "1119349007", "1157024006", "1162643001", "1187593009", "28531000087107", "29061000087103", "30141000087107",
    "J07BX03"};
constexpr std::string_view kProductCodes[]{
    "AZD2816", "Abdala", "BBIBP-CorV", "CVnCoV", "Convidecia", "CoronaVac", "Covaxin", "CoviVac", "Covid-19-adsorvida-inativada",
    "Covid-19-recombinant", "Covifenz", "Covishield", "Covovax", "EU/1/20/1507", "EU/1/20/1525", "EU/1/20/1528", "EU/1/21/1529",
    "EU/1/21/1580", "EU/1/21/1618", "EU/1/21/1624", "EU/1/22/1709", "EpiVacCorona", "EpiVacCorona-N", "Hayat-Vax",
    "Inactivated-SARS-CoV-2-Vero-Cell", "MVC-COV1901", "NVSI-06-08", "NVX-CoV2373", "R-COVI", "SCTV01C", "Soberana-02",
    "Soberana-Plus", "Sputnik-Light", "Sputnik-M", "Sputnik-V", "VLA2001", "Vidprevtyn", "WIBP-CorV", "YS-SC2-010"};
constexpr std::string_view kManufacturerCodes[]{
    "Bharat-Biotech", "CIGB", "Chumakov-Federal-Scientific-Center", "Finlay-Institute", "Fiocruz", "Gamaleya-Research-Institute",
    "Instituto-Butantan", "NVSI", "ORG-100000788", "ORG-100001417", "ORG-100001699", "ORG-100001981", "ORG-100006270", "ORG-100007893",
    "ORG-100008549", "ORG-100010771", "ORG-100013793", "ORG-100020693", "ORG-100023050", "ORG-100024420", "ORG-100026614",
    "ORG-100030215", "ORG-100031184", "ORG-100032020", "ORG-100033914", "ORG-100036422", "ORG-100036914", "Sinopharm-WIBP",
    "Sinovac-Biotech", "Vector-Institute", "Yisheng-Biopharma"};
constexpr std::string_view kTestTypeCodes[]{"LP217198-3", "LP6464-4"};
constexpr std::string_view kTestResultCodes[]{"260373001", "260415000"};

}  // namespace

const CodeList kDiseases{"disease-agent-targeted", "2021-04-27", kDiseaseCodes};
const CodeList kVaccines{"vaccine-prophylaxis", "2023-01-25", kVaccineCodes};
const CodeList kProducts{"vaccine-medicinal-product", "2022-11-30", kProductCodes};
const CodeList kManufacturers{"vaccine-mah-manf", "2022-01-26", kManufacturerCodes};
const CodeList kTestTypes{"test-type", "2021-04-27", kTestTypeCodes};
const CodeList kTestResults{"test-result", "2021-04-27", kTestResultCodes};

bool CodeList::has(std::string_view code) const { return std::find(codes.begin(), codes.end(), code) != codes.end(); }

bool is_country(std::string_view code) {
    // What ICAO adds to the states: two organisations, and the state of specimens.
    constexpr std::array<std::string_view, 3> kNoCountries{"EU", "UN", "UT"};
    return code.size() == 2 && !alpha3_of(code).empty() && std::find(kNoCountries.begin(), kNoCountries.end(), code) == kNoCountries.end();
}

}  // namespace lachan::certificate
