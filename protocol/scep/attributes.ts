/** Attributes and constants of SCEP messages (RFC 8894, section 3.2). */
import { AsnConvert, AsnPrintableStringConverter, OctetString } from '@peculiar/asn1-schema';
import { WavecastError } from '../../core/errors.ts';

export const scepOids = {
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
} as const;

export const messageTypes = { certRep: '3', renewalReq: '17', pkcsReq: '19', certPoll: '20', getCert: '21', getCrl: '22' } as const;
export const pkiStatuses = { success: '0', failure: '2' } as const;
/** As RFC 8894 numbers them (section 3.2.1.4.3). */
export const failInfos = { badAlg: '0', badMessageCheck: '1', badRequest: '2', badTime: '3', badCertId: '4' } as const;
export type FailInfo = keyof typeof failInfos;

export function printable(value: string): Uint8Array {
  return new Uint8Array(AsnPrintableStringConverter.toASN(value).toBER());
}

export function octets(value: Uint8Array): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(new OctetString(value)));
}

/** UTF8String, NumericString, PrintableString, TeletexString, IA5String: whose ASCII is ASCII. */
const textTags: ReadonlySet<number | undefined> = new Set([0x0c, 0x12, 0x13, 0x14, 0x16]);

/** Texts are PrintableString in the RFC; some clients send other kinds, all of ASCII. Throws `invalid-input`. */
export function readText(der: Uint8Array | undefined, what: string): string {
  const length = der?.[1];
  if (der === undefined || length === undefined || !textTags.has(der[0]) || length > 127 || der.length !== length + 2) throw new WavecastError('invalid-input', `The SCEP message has no usable ${what}.`);
  const text = Buffer.from(der.subarray(2)).toString('latin1');
  if (!/^[\x20-\x7e]+$/.test(text)) throw new WavecastError('invalid-input', `The SCEP message has no usable ${what}.`);
  return text;
}

export function readOctets(der: Uint8Array | undefined): Uint8Array | undefined {
  return der === undefined ? undefined : new Uint8Array(AsnConvert.parse(der, OctetString).buffer);
}
