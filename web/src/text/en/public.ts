import type { text as vi } from '../vi/public';

export const text: Record<keyof typeof vi, string> = {
  'public.title': 'Cases by week that everybody may see',
  'public.help':
    'Weeks are told whole, from Monday on, three days after their end. Numbers from 1 to 4 are hidden (•), with others that would give them away; “–”: nobody told a number.',
  'public.open': 'Open a province to see the cases of its districts and communes.',
  'public.loading': 'Getting the weeks…',
  'public.failed': 'The weeks could not be had. This device may be without a network.',
  'public.again': 'Try again',
  'public.none': 'No week before this day is told yet: a week is told three days after its end and after its first figures came.',
  'public.week': 'Week {from} – {until}',
  'public.before': 'Week before',
  'public.after': 'Week after',
  'public.withheld': 'In this week no number could be hidden without being given away, so that only the province is told.',
  'public.unit': 'Unit',
  'public.code': 'Code',
  'public.sum': 'Week',
  'public.whole': 'Whole province',
  'public.hidden': 'A small number, or one that would give it away: hidden',
  'public.hiddenShort': 'hidden',
  'public.untold': 'nobody told a number',
};
