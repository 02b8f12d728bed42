// A client that knows nothing of Dateline but its .proto files, with @grpc/grpc-js and @grpc/proto-loader.
//
//   node node_client.mjs PROTO_FOLDER GOOGLEAPIS_FOLDER
//
// Reads one JSON object a line, {address, service, method, request, deadlineMs}, calls, and prints one JSON object a line: {response}
// or {code, message, details}, the details being google.rpc messages by type. Streams are read up to `messages` answers.
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const [protoFolder, googleFolder] = process.argv.slice(2);
const files = ['catalog/v1/catalog', 'catalog/v1/intake', 'catalog/v1/changes', 'catalog/v1/webhook', 'ingestion/v1/ingestion',
  'query/v1/query', 'query/v1/replica'].map((name) => `dateline/${name}_service.proto`);
const packages = grpc.loadPackageDefinition(
  loader.loadSync(files, {
    includeDirs: [protoFolder, googleFolder], keepCase: true, longs: Number, enums: String, bytes: String, defaults: false, oneofs: true,
  }));

const google = new protobuf.Root();
google.resolvePath = (_origin, target) =>
  target.startsWith('google/protobuf/') ? null : target.startsWith('/') ? target : `${googleFolder}/${target}`;
google.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });
const rpcStatus = google.lookupType('google.rpc.Status');

const stubs = new Map();
function stubOf(address, service) {
  const key = `${address} ${service}`;
  if (!stubs.has(key)) {
    const constructor = service.split('.').reduce((node, part) => node?.[part], packages);
    if (!constructor) throw new Error(`there is no service ${service}`);
    const options = { 'grpc.max_receive_message_length': 64 << 20 };
    stubs.set(key, new constructor(address, grpc.credentials.createInsecure(), options));
  }
  return stubs.get(key);
}

function detailsOf(error) {
  const [encoded] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!encoded) return [];
  return rpcStatus.decode(encoded).details.map(({ type_url, value }) => {
    const type = google.lookupType(type_url.split('/').pop());
    return { type: type.name, ...type.toObject(type.decode(value), { longs: Number }) };
  });
}

const failure = (error) =>
  ({ code: grpc.status[error.code] ?? 'CLIENT', message: error.details ?? error.message, details: detailsOf(error) });

function callUnary(stub, method, request, options) {
  return new Promise((resolve) => {
    stub[method](request, options, (error, response) => resolve(error ? failure(error) : { response }));
  });
}

function callStream(stub, method, request, options, limit) {
  return new Promise((resolve) => {
    const responses = [];
    const stream = stub[method](request, options);
    stream.on('data', (message) => {
      if (responses.push(message) >= limit) stream.cancel();
    });
    stream.on('error', (error) => resolve(responses.length >= limit ? { responses } : { responses, ...failure(error) }));
    stream.on('end', () => resolve({ responses }));
  });
}

// Bytes may be given as {"$bytes": base64} or, for something large, as {"$zeros": count}.
function revive(_key, value) {
  if (value && typeof value.$bytes === 'string') return Buffer.from(value.$bytes, 'base64');
  if (value && typeof value.$zeros === 'number') return Buffer.alloc(value.$zeros);
  return value;
}

async function answer(line) {
  const { address, service, method, request = {}, deadlineMs = 30000, messages = 1 } = JSON.parse(line, revive);
  const stub = stubOf(address, service);
  const options = { deadline: Date.now() + deadlineMs };
  const { responseStream } = stub[method] ?? {};
  if (responseStream === undefined) throw new Error(`there is no method ${method}`);
  return responseStream ? callStream(stub, method, request, options, messages) : callUnary(stub, method, request, options);
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(line).catch((error) => ({ code: 'CLIENT', message: error.message, details: [] }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
