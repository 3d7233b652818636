/** CMS SignedData with its content inside (RFC 5652 section 5), as provisioning profiles are. */
import { ContentInfo, id_signedData, SignedData, type EncapsulatedContent } from '@peculiar/asn1-cms';
import { AsnConvert } from '@peculiar/asn1-schema';
import { fromBER, OctetString } from 'asn1js';
import { WavecastError } from '../../core/errors.ts';
import { verifySignedData } from '../signed-data.ts';

export interface SignedContent {
  readonly content: Uint8Array;
  /** Whether the signer's certificate inside verifies the content. That says nothing about who the signer is. */
  readonly signatureHolds: boolean;
}

/** Throws (ordinary errors) where the bytes are no SignedData with content. */
export function openSignedContent(bytes: Uint8Array): SignedContent {
  const outer = AsnConvert.parse(bytes, ContentInfo);
  if (outer.contentType !== id_signedData) throw new Error('not SignedData');
  const content = contentOf(AsnConvert.parse(outer.content, SignedData).encapContentInfo.eContent);
  return { content, signatureHolds: holds(bytes, content) };
}

function contentOf(encapsulated: EncapsulatedContent | undefined): Uint8Array {
  if (encapsulated?.single !== undefined) return new Uint8Array(encapsulated.single.buffer);
  // BER lets an octet string come in pieces.
  const { result } = fromBER(encapsulated?.any ?? new ArrayBuffer(0));
  if (!(result instanceof OctetString)) throw new Error('no content');
  return new Uint8Array(result.getValue());
}

function holds(bytes: Uint8Array, content: Uint8Array): boolean {
  try {
    verifySignedData(bytes, content);
    return true;
  } catch (error) {
    if (error instanceof WavecastError) return false;
    throw error;
  }
}
