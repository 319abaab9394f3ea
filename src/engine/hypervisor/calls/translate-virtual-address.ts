import { bytesField, padding, struct, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import {
  resultWord,
  translateFor,
  translateInput,
  translateResult,
  translateStatuses,
} from '../defs/translate-gva.ts';

/** Walks the page tables of a processor. */
export const translateVirtualAddress = defineCall({
  code: 0x0052,
  name: 'HvCallTranslateVirtualAddress',
  aka: ['HVCALL_TRANSLATE_VIRTUAL_ADDRESS', 'HvTranslateVirtualAddress'],
  doc: 'Translates a virtual page of a processor by its own page tables.',
  caller: 'any',
  source: tlfsCall('HvCallTranslateVirtualAddress'),
  statuses: translateStatuses,
  input: translateInput,
  output: struct(
    'HV_OUTPUT_TRANSLATE_VIRTUAL_ADDRESS',
    {
      TranslationResult: u64Field('How the walk ended.', { bits: translateResult }),
      GpaPage: u64Field('Number of the guest-physical page; counts only on success.'),
    },
    { aka: ['hv_output_translate_virtual_address', 'TranslateVirtualAddressOutput'] },
  ),
  handle(input, ports, output) {
    const answer = translateFor(input, ports);
    if (typeof answer === 'number') return answer;
    output.TranslationResult = resultWord(answer);
    output.GpaPage = answer.gpaPage;
    return HvStatus.SUCCESS;
  },
});

/**
 * The same with room for the event that a failing access would raise; the model leaves it empty.
 */
export const translateVirtualAddressEx = defineCall({
  code: 0x00ac,
  name: 'HvCallTranslateVirtualAddressEx',
  aka: ['HvX64TranslateVirtualAddressEx'],
  doc: 'Translates a virtual page, with the longer form of the result.',
  caller: 'any',
  source: tlfsCall('HvCallTranslateVirtualAddressEx'),
  statuses: translateStatuses,
  input: translateInput,
  output: struct(
    'HV_OUTPUT_TRANSLATE_VIRTUAL_ADDRESS_EX',
    {
      TranslationResult: u64Field('How the walk ended.', { bits: translateResult }),
      ResultReserved: padding(8),
      EventInfo: bytesField(32, 'The event that the access would raise; empty here.'),
      GpaPage: u64Field('Number of the guest-physical page; counts only on success.'),
      Reserved: padding(8),
    },
    { aka: ['TranslateVirtualAddressExOutputX64'] },
  ),
  handle(input, ports, output) {
    const answer = translateFor(input, ports);
    if (typeof answer === 'number') return answer;
    output.TranslationResult = resultWord(answer);
    output.GpaPage = answer.gpaPage;
    return HvStatus.SUCCESS;
  },
});
