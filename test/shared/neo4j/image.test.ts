import test, {type ExecutionContext} from 'ava';
import {
	imageReference, imageVersion, isCommunity, tagOf,
} from '#shared/neo4j/image.ts';

test('repository and tag are joined by a colon, a digest by an at sign', t => {
	t.is(imageReference({repo: 'neo4j', tag: '5.26.3-enterprise'}), 'neo4j:5.26.3-enterprise');
	t.is(imageReference({repo: 'registry:5000/neo4j', tag: 'sha256:abc'}), 'registry:5000/neo4j@sha256:abc');
});

test('the tag of an image', t => {
	t.is(tagOf('registry:5000/mirror/neo4j:5.26.3-enterprise'), '5.26.3-enterprise');
	t.is(tagOf('neo4j:5.26.3-enterprise@sha256:abc'), '5.26.3-enterprise');
	t.is(tagOf('registry:5000/mirror/neo4j'), undefined);
	t.is(tagOf('neo4j@sha256:abc'), undefined);
});

test('the version of an image', t => {
	t.is(imageVersion('neo4j:5.26.3-enterprise'), '5.26.3');
	t.is(imageVersion('registry:5000/neo4j:2025.10.1-enterprise-ubi9'), '2025.10.1');
	t.is(imageVersion('neo4j:latest'), undefined);
	t.is(imageVersion('neo4j:5-enterprise'), undefined);
	t.is(imageVersion('neo4j@sha256:abc'), undefined);
});

const community = (t: ExecutionContext, image: string, expected: boolean) => {
	t.is(isCommunity(image), expected);
};

test('Neo4j\'s own Enterprise image', community, 'neo4j:5.26.3-enterprise', false);
test('Neo4j\'s own image without the word', community, 'neo4j:5.26.3', true);
test('the same by its full name', community, 'docker.io/library/neo4j:5.26.3', true);
test('latest of Neo4j\'s own image', community, 'neo4j:latest', true);
test('the word community anywhere', community, 'registry.example/neo4j:5.26.3-community', true);
test('a mirror may hold anything', community, 'registry.example/neo4j:5.26.3', false);
test('a digest may hold anything', community, 'neo4j@sha256:abc', false);
