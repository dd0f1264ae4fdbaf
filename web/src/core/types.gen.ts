// Written by tools/emit_types from the field lists of the core; a test compares it. Do not edit.

/** declaration.population, version 1. */
export interface DeclarationPopulationV1 {
  onBehalf: boolean;
  relation?: 'parent' | 'child' | 'spouse' | 'sibling' | 'grandparent' | 'other';
  fullName: string;
  idType: 'cccd' | 'cmnd' | 'passport' | 'none';
  idNumber?: string;
  birthDate: string;
  sex: 'male' | 'female' | 'other';
  nationality: string;
  hasInsurance?: boolean;
  insuranceNumber?: string;
  province: string;
  district?: string;
  ward?: string;
  address: string;
  phone: string;
  email?: string;
  householdId?: string;
  travelled: boolean;
  places?: {
    place: string;
    from: string;
    to: string;
    transport?: 'airplane' | 'train' | 'car' | 'waterway' | 'personal';
    note?: string;
  }[];
  signFever: boolean;
  signCough: boolean;
  signDyspnoea: boolean;
  signPneumonia: boolean;
  signSoreThroat: boolean;
  signFatigue: boolean;
  signsNone?: boolean;
  temperatureDc?: number;
  signNote?: string;
  contactCase: boolean;
  contactAffectedCountry: boolean;
  contactSymptomatic: boolean;
  liver?: 'yes' | 'no' | 'unknown';
  blood?: 'yes' | 'no' | 'unknown';
  lung?: 'yes' | 'no' | 'unknown';
  kidney?: 'yes' | 'no' | 'unknown';
  heart?: 'yes' | 'no' | 'unknown';
  hypertension?: 'yes' | 'no' | 'unknown';
  immuneDeficiency?: 'yes' | 'no' | 'unknown';
  transplant?: 'yes' | 'no' | 'unknown';
  diabetes?: 'yes' | 'no' | 'unknown';
  cancer?: 'yes' | 'no' | 'unknown';
  pregnancy?: 'yes' | 'no' | 'unknown';
  positionConsent?: boolean;
  dataConsent: boolean;
  legalAccepted: boolean;
}

/** declaration.population, version 2. */
export interface DeclarationPopulation {
  onBehalf: boolean;
  relation?: 'parent' | 'child' | 'spouse' | 'sibling' | 'grandparent' | 'other';
  fullName: string;
  idType: 'cccd' | 'cmnd' | 'passport' | 'none';
  idNumber?: string;
  birthDate: string;
  sex: 'male' | 'female' | 'other';
  nationality: string;
  hasInsurance?: boolean;
  insuranceNumber?: string;
  province: string;
  district?: string;
  ward?: string;
  address: string;
  phone: string;
  email?: string;
  householdId?: string;
  travelled: boolean;
  places?: {
    place: string;
    from: string;
    to: string;
    transport?: 'airplane' | 'train' | 'car' | 'waterway' | 'personal';
    note?: string;
  }[];
  signFever: boolean;
  signCough: boolean;
  signDyspnoea: boolean;
  signPneumonia: boolean;
  signSoreThroat: boolean;
  signFatigue: boolean;
  signLossOfTasteSmell: boolean;
  signsNone?: boolean;
  temperatureDc?: number;
  temperatureSource?: 'axillary' | 'oral' | 'rectal' | 'nonContact';
  spo2?: number;
  signNote?: string;
  contactCase: boolean;
  contactAffectedCountry: boolean;
  contactSymptomatic: boolean;
  liver?: 'yes' | 'no' | 'unknown';
  blood?: 'yes' | 'no' | 'unknown';
  lung?: 'yes' | 'no' | 'unknown';
  kidney?: 'yes' | 'no' | 'unknown';
  heart?: 'yes' | 'no' | 'unknown';
  hypertension?: 'yes' | 'no' | 'unknown';
  immuneDeficiency?: 'yes' | 'no' | 'unknown';
  transplant?: 'yes' | 'no' | 'unknown';
  diabetes?: 'yes' | 'no' | 'unknown';
  cancer?: 'yes' | 'no' | 'unknown';
  pregnancy?: 'yes' | 'no' | 'unknown';
  positionConsent?: boolean;
  dataConsent: boolean;
  legalAccepted: boolean;
}

/** declaration.position, version 1. */
export interface DeclarationPosition {
  declaration: string;
  latE6: number;
  lonE6: number;
  accuracyM: number;
}

/** declaration.withdrawal, version 1. */
export interface DeclarationWithdrawal {
  declaration: string;
  reason?: string;
}

/** declaration.follow_up, version 1. */
export interface DeclarationFollowUp {
  declaration: string;
  action: 'call' | 'visit' | 'test' | 'refer' | 'noAnswer';
  note?: string;
}

/** declaration.closure, version 1. */
export interface DeclarationClosure {
  declaration: string;
  outcome: 'recovered' | 'referred' | 'noRisk' | 'lostToFollowUp' | 'other';
  note?: string;
}

/** declaration.confirmation, version 1. */
export interface DeclarationConfirmation {
  declaration: string;
}

/** riskmap.case_series, version 1. */
export interface RiskmapCaseSeriesV1 {
  unit: string;
  source: string;
  measure: 'cases' | 'deaths';
  from: string;
  values: string;
}

/** riskmap.case_series, version 2. */
export interface RiskmapCaseSeries {
  unit: string;
  source: string;
  measure: 'cases' | 'deaths' | 'tests' | 'positives' | 'admissions' | 'population' | 'bedShare' | 'adultsDosed' | 'over65Full' | 'over50Full' | 'planMet' | 'vaccinationMet' | 'sourceUnknown' | 'sourceUnclear' | 'crowdedPlace' | 'hardToControl' | 'spreadShare' | 'spreadsOutside' | 'industrialZone' | 'levelBefore' | 'feedback' | 'checkpoints' | 'checkpointsAlive';
  from: string;
  values: string;
}

/** riskmap.declared_level, version 1. */
export interface RiskmapDeclaredLevel {
  unit: string;
  level: number;
  from: string;
  until?: string;
  documentNumber: string;
  reason: string;
}

/** riskmap.proposal, version 1. */
export interface RiskmapProposal {
  unit: string;
  day: string;
  pack: string;
  packVersion: number;
  dataTime: number;
  dueAt?: number;
  codes: string;
  levels: string;
  computed: string;
  overrides?: {
    unit: string;
    level: number;
    reason: string;
    documentNumber: string;
  }[];
}

/** riskmap.publication, version 1. */
export interface RiskmapPublicationV1 {
  unit: string;
  day: string;
  proposal: string;
  overrides?: {
    unit: string;
    level: number;
    reason: string;
    documentNumber: string;
  }[];
}

/** riskmap.publication, version 2. */
export interface RiskmapPublication {
  unit: string;
  day: string;
  proposal: string;
}

/** places.risk_zone, version 1. */
export interface PlacesRiskZone {
  unit: string;
  type: 'lockdown' | 'hamlet' | 'cluster' | 'buffer';
  name: string;
  level: number;
  shape: string;
  from: string;
  until?: string;
  documentNumber: string;
  reason: string;
}

/** places.risk_place, version 1. */
export interface PlacesRiskPlace {
  unit: string;
  type: 'exposure' | 'test' | 'vaccination' | 'quarantine' | 'hospital' | 'checkpoint' | 'landmark';
  name: string;
  position: string;
  from: string;
  fromTime?: string;
  until?: string;
  untilTime?: string;
  note?: string;
}

/** places.withdrawal, version 1. */
export interface PlacesWithdrawal {
  unit: string;
  record: string;
  reason: string;
}

/** correction.request, version 1. */
export interface CorrectionRequest {
  certificate: string;
  code?: string;
  wrong: 'name' | 'birthDate' | 'document' | 'vaccine' | 'product' | 'lot' | 'date' | 'dose' | 'missingDose' | 'other';
  shouldBe: string;
  fullName: string;
  phone: string;
  note?: string;
  dataConsent: boolean;
}

/** correction.step, version 1. */
export interface CorrectionStep {
  request: string;
  action: 'taken' | 'refused' | 'issued';
  reason?: string;
  newCertificate?: string;
  newCode?: string;
}

/** Every record that can be made: 'system.kind' to its body. */
export interface Bodies {
  'declaration.population': DeclarationPopulation;
  'declaration.position': DeclarationPosition;
  'declaration.withdrawal': DeclarationWithdrawal;
  'declaration.follow_up': DeclarationFollowUp;
  'declaration.closure': DeclarationClosure;
  'declaration.confirmation': DeclarationConfirmation;
  'riskmap.case_series': RiskmapCaseSeries;
  'riskmap.declared_level': RiskmapDeclaredLevel;
  'riskmap.proposal': RiskmapProposal;
  'riskmap.publication': RiskmapPublication;
  'places.risk_zone': PlacesRiskZone;
  'places.risk_place': PlacesRiskPlace;
  'places.withdrawal': PlacesWithdrawal;
  'correction.request': CorrectionRequest;
  'correction.step': CorrectionStep;
}

/** Arguments of every query. */
export interface QueryArguments {
  'declaration.worklist': {
    unit: string;
    colour?: 'yellow' | 'red';
    state?: 'open' | 'triaged' | 'followedUp' | 'closed' | 'withdrawn' | 'superseded' | 'expired';
    after?: string;
    limit?: number;
  };
  'declaration.detail': {
    id: string;
    unit: string;
  };
  'declaration.counts': {
    unit: string;
    day?: string;
  };
  'declaration.mine': {
    device: string;
  };
  'riskmap.levels': {
    day?: string;
  };
  'riskmap.series': {
    unit: string;
    from?: string;
    until?: string;
  };
  'riskmap.why': {
    unit: string;
    day: string;
    pack?: string;
  };
  'riskmap.declared': {
    unit: string;
    day: string;
  };
  'riskmap.units': {
    unit?: string;
    day: string;
    pack?: string;
    depth?: 'province' | 'district' | 'commune';
  };
  'riskmap.counts': {
    unit?: string;
    level: 'province' | 'district' | 'commune';
    measure: 'cases' | 'deaths' | 'tests' | 'positives' | 'admissions' | 'population' | 'bedShare' | 'adultsDosed' | 'over65Full' | 'over50Full' | 'planMet' | 'vaccinationMet' | 'sourceUnknown' | 'sourceUnclear' | 'crowdedPlace' | 'hardToControl' | 'spreadShare' | 'spreadsOutside' | 'industrialZone' | 'levelBefore' | 'feedback' | 'checkpoints' | 'checkpointsAlive';
    from: string;
    until: string;
  };
  'riskmap.proposal': {
    unit: string;
    day?: string;
  };
  'riskmap.proposals': {
    unit: string;
  };
  'riskmap.published': {
    unit?: string;
    day?: string;
    depth?: 'province' | 'district' | 'commune';
  };
  'riskmap.public': {
    unit: string;
    from: string;
    until: string;
  };
  'places.zones': {
    unit?: string;
    day: string;
    after?: string;
  };
  'places.marks': {
    unit?: string;
    day: string;
    after?: string;
  };
  'correction.list': {
    unit: string;
    state?: 'open' | 'received' | 'taken' | 'issued' | 'refused';
    after?: string;
    limit?: number;
  };
  'correction.request': {
    id: string;
    unit: string;
  };
  'correction.mine': {
    device: string;
  };
}

export type QueryName = keyof QueryArguments;
export type RecordName = keyof Bodies;
