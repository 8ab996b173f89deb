export { decode, decodedIndices, decodedValues, openDecoder } from './decode'
export { encode, openEncoder, payload } from './encode'
