/** Errors in each protocol's own wire format, so that the SDK raises them under their usual names. */
import type { AwsError, AwsService, ErrorFormat, RestResponse } from './service.ts';
import { xmlDocument } from './xml.ts';

export type WireFormat = 'json' | ErrorFormat;

export function formatOf(service: AwsService): WireFormat {
  return 'operations' in service ? 'json' : service.errorFormat;
}

/** The answer that carries `error`. */
export function errorResponse(error: AwsError, format: WireFormat, requestId: string): RestResponse {
  const { fields = {}, headers = {} } = error.details;
  switch (format) {
    case 'json':
      return { status: error.statusCode, headers: { 'content-type': 'application/x-amz-json-1.1', ...headers }, body: JSON.stringify({ __type: error.code, message: error.message, ...fields }) };
    case 'rest-json':
      return {
        status: error.statusCode,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code, ...headers },
        body: JSON.stringify({ message: error.message, ...fields }),
      };
    case 'rest-xml':
      return xml(error, headers, xmlDocument('Error', { Code: error.code, Message: error.message, RequestId: requestId, ...stringsOf(fields) }));
    case 'query': {
      const detail = { Type: error.statusCode < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message };
      return xml(error, headers, xmlDocument('ErrorResponse', { Error: detail, RequestId: requestId }));
    }
  }
}

function xml(error: AwsError, headers: Readonly<Record<string, string>>, body: string): RestResponse {
  return { status: error.statusCode, headers: { 'content-type': 'application/xml', ...headers }, body };
}

function stringsOf(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
