/** CompleteMultipartUpload: the parts that the client lists become the object, in one commit. */
import { AwsError, type RestResponse } from '../aws/service.ts';
import { elements, parseXml, text, type XmlElement } from '../aws/xml.ts';
import { checksumElement, checksumHeader, combineChecksums } from './checksum.ts';
import { compositeEtag } from './multipart.ts';
import type { StoredObject } from './objects.ts';
import { onObject, quoted, unquoted, writePrecondition, xmlAnswer, type S3Operation, type S3Request } from './operation.ts';
import { announce } from './put.ts';
import type { Part, Upload } from './uploads.ts';

const SMALLEST_PART = 5 * 1024 * 1024;

export const completeMultipartUpload: S3Operation = async (request, context) => {
  const { http, bucket, key, query } = request;
  const listed = elements(parseXml(await http.body(), 'CompleteMultipartUpload'), 'Part');
  await http.authorise('CompleteMultipartUpload', { Bucket: bucket, Key: key, PartsCount: listed.length }, [onObject('PutObject', bucket, key)]);
  const id = query.get('uploadId') ?? '';
  // The answer of a former try may have been lost.
  const before = context.objects.find(bucket, key);
  if (before?.uploadId === id) return answer(bucket, before);
  const upload = context.uploads.find(id, bucket, key);
  const parts = chooseParts(upload, context.uploads.parts(upload), listed);
  const checksum = await combineChecksums(upload.checksumAlgorithm, upload.checksumType, parts.map((part) => ({ value: part.checksum, size: part.size })));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  checkDeclared(request, upload, checksum.value, size);
  const object = context.objects.commit(
    bucket,
    { ...upload.object, size, etag: compositeEtag(parts.map((part) => part.md5)), modifiedAt: context.clock.now(), checksum, uploadId: id },
    parts.map((part) => ({ path: context.uploads.partPath(upload, part), size: part.size })),
    writePrecondition(request),
  );
  context.uploads.remove(upload);
  await announce(context, 'CompleteMultipartUpload', bucket, object);
  return answer(bucket, object);
};

function answer(bucket: string, object: StoredObject): RestResponse {
  const { algorithm, value, type } = object.checksum;
  return xmlAnswer('CompleteMultipartUploadResult', { Location: `/${bucket}/${object.key}`, Bucket: bucket, Key: object.key, ETag: quoted(object.etag), [checksumElement(algorithm)]: value, ChecksumType: type });
}

/** The stored parts that the document lists. Throws MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest. */
function chooseParts(upload: Upload, stored: readonly Part[], listed: readonly XmlElement[]): readonly Part[] {
  if (listed.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const chosen = listed.map((element) => choosePart(upload, byNumber, element));
  for (const [index, part] of chosen.entries()) {
    const next = chosen[index + 1];
    if (next === undefined) continue;
    if (next.number <= part.number) throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.');
    if (part.size < SMALLEST_PART) throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return chosen;
}

function choosePart(upload: Upload, stored: ReadonlyMap<number, Part>, element: XmlElement): Part {
  const number = Number(text(element, 'PartNumber'));
  const part = stored.get(number);
  const checksum = text(element, checksumElement(upload.checksumAlgorithm));
  if (checksum === undefined && upload.checksumChosen && upload.checksumType === 'COMPOSITE') {
    throw new AwsError('InvalidRequest', `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${String(number)} in the request.`);
  }
  if (part === undefined || part.md5 !== unquoted(text(element, 'ETag') ?? '') || (checksum !== undefined && checksum !== part.checksum)) {
    throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part\'s entity tag.');
  }
  return part;
}

function checkDeclared({ http }: S3Request, upload: Upload, checksum: string, size: number): void {
  const declaredSize = http.headers['x-amz-mp-object-size'];
  if (declaredSize !== undefined && Number(declaredSize) !== size) throw new AwsError('InvalidRequest', 'The provided x-amz-mp-object-size header does not match what was computed.');
  const declared = http.headers[checksumHeader(upload.checksumAlgorithm)];
  if (declared !== undefined && declared !== checksum) throw new AwsError('BadDigest', `The ${upload.checksumAlgorithm} you specified did not match the calculated checksum.`);
}
