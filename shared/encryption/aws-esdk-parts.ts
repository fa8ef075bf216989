import {Buffer} from 'node:buffer';
import {
	AlgorithmSuiteIdentifier, CommitmentPolicy, NodeAlgorithmSuite, NodeDefaultCryptographicMaterialsManager,
} from '@aws-crypto/material-management-node';
import {RawAesKeyringNode, RawAesWrappingSuiteIdentifier} from '@aws-crypto/raw-aes-keyring-node';
import {
	aadFactory, deserializeFactory, serializeFactory, type HeaderInfo, type MessageHeader,
} from '@aws-crypto/serialize';

/** What a reader has to name together with the key. */
const keyNames = {keyNamespace: 'neo4j-backup', keyName: 'key'} as const;

/**
AES-256-GCM with key commitment and without signature: whoever holds the key to read could sign as well.
*/
export const suite = new NodeAlgorithmSuite(AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY);

export const commitmentPolicy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT;

/**
What wraps and unwraps the data key of each file: AES-256-GCM under the key of the Secret. Nothing is asked of anybody.
*/
export const materialsManager = (key: Uint8Array): NodeDefaultCryptographicMaterialsManager => new NodeDefaultCryptographicMaterialsManager(new RawAesKeyringNode({
	...keyNames, unencryptedMasterKey: Uint8Array.from(key), wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
}));

const fromText = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export const {serializeMessageHeader, buildMessageHeader, headerAuthIv, frameIv, frameHeader, finalFrameHeader} = serializeFactory(fromText, {utf8Sorting: true});

const {deserializeMessageHeader} = deserializeFactory(toText, NodeAlgorithmSuite);
const {messageAAD, messageAADContentString} = aadFactory(fromText);

/** Nobody wraps the key of a backup for more readers than this. */
const maxEncryptedDataKeys = 16;

/**
The header at the start of a file; undefined while it is not there whole. Throws where it is no such header.
*/
export const parseHeader = (start: Uint8Array): HeaderInfo | undefined => deserializeMessageHeader(start, {maxEncryptedDataKeys}) || undefined;

export type Frame = {readonly sequence: number; readonly isLast: boolean; readonly length: number};

/**
What is proven together with the content of a frame: which file it is of, which place it has, and whether it is the last.
*/
export const frameContext = ({messageId, contentType}: MessageHeader, {sequence, isLast, length}: Frame): Uint8Array =>
	messageAAD(messageId, messageAADContentString({contentType, isFinalFrame: isLast}), sequence, length);
