import {
	type Api, inVersion, type NamedTarget, read,
} from '../api.ts';
import {remove} from '../write/delete.ts';
import {type KubeObject, type OwnerReference, withMetadata} from '../object.ts';
import {type Change, keyOf} from '../storage/storage.ts';
import {update} from '../write/update.ts';
import {createDependents, type Dependents, type Place} from './dependents.ts';
import {asController, type Controller, type Task} from './controller.ts';

/**
The garbage collector. What has owners goes when the last of them has gone, or when none of them was ever there; an owner deleted with `Foreground` stays until the dependents that block it are gone, one deleted with `Orphan` until its dependents have forgotten it.
*/
export const garbageController = (api: Api): Controller => {
	const dependents = createDependents(api.storage);
	const context = {api, dependents};
	const dependent = (place: Place): Task => [`dependent ${place.join(' ')}`, () => {
		collect(context, place);
	}];
	const owner = (place: Place): Task => [`owner ${place.join(' ')}`, () => {
		release(context, place);
	}];

	return {
		initial: () => dependents.all().map(place => dependent(place)),
		onChange(change) {
			dependents.note(change);
			return tasksAfter(context, change, {dependent, owner});
		},
	};
};

type Context = {readonly api: Api; readonly dependents: Dependents};
type Makers = Readonly<Record<'dependent' | 'owner', (place: Place) => Task>>;

const tasksAfter = ({api, dependents}: Context, change: Change, {dependent, owner}: Makers): readonly Task[] => {
	const {collection, object, previous, type} = change;
	const own: Place = [collection, keyOf(object)];
	const {uid = '', ownerReferences = [], deletionTimestamp, finalizers = []} = object.metadata;
	if (type === 'DELETED') {
		const owners = ownerReferences.map(reference => placeOfOwner(api, object, reference)).filter(place => place !== undefined);
		return [...dependents.of(uid).map(place => dependent(place)), ...owners.map(place => owner(place))];
	}

	const isHeld = deletionTimestamp !== undefined && finalizers.some(finalizer => finalizer === 'orphan' || finalizer === 'foregroundDeletion');
	return [
		...(object.metadata.ownerReferences === previous?.metadata.ownerReferences ? [] : [dependent(own)]),
		...(isHeld ? [owner(own)] : []),
	];
};

const placeOfOwner = (api: Api, {metadata: {namespace = ''}}: KubeObject, {apiVersion, kind, name}: OwnerReference): Place | undefined => {
	const resource = api.registry.byKind(apiVersion, kind);
	return resource && [`${resource.group}/${resource.plural}`, `${resource.namespaced ? namespace : ''}/${name}`];
};

type OwnerState = 'present' | 'going' | 'absent';

// An owner of a kind that nobody serves cannot be looked up: its dependents stay, as on a real cluster.
const stateOfOwner = (api: Api, object: KubeObject, reference: OwnerReference): OwnerState => {
	const place = placeOfOwner(api, object, reference);
	if (!place) {
		return 'present';
	}

	const found = api.storage.get(...place);
	if (found?.metadata.uid !== reference.uid) {
		return 'absent';
	}

	return found.metadata.deletionTimestamp && found.metadata.finalizers?.includes('foregroundDeletion') ? 'going' : 'present';
};

/**
Deletes a dependent without owners, or takes from it the references to those that are gone.
*/
const collect = ({api, dependents}: Context, place: Place): void => {
	const target = targetOf(api, place);
	const object = target && read(api, target);
	const owners = object?.metadata.ownerReferences ?? [];
	if (!target || !object || owners.length === 0) {
		return;
	}

	const states = owners.map(reference => stateOfOwner(api, object, reference));
	if (states.every(state => state === 'present')) {
		return;
	}

	if (states.includes('present')) {
		forget(api, target, owners.filter((_, index) => states[index] !== 'present').map(({uid}) => uid));
	} else if (!object.metadata.deletionTimestamp) {
		const {uid = ''} = object.metadata;
		const isParent = states.includes('going') && dependents.of(uid).length > 0;
		remove(api, target, {propagation: isParent ? 'Foreground' : 'Background', uid}, asController);
	}
};

const forget = (api: Api, target: NamedTarget, uids: readonly string[]): void => {
	update(api, target, object => {
		const left = (object.metadata.ownerReferences ?? []).filter(({uid}) => !uids.includes(uid));
		return withMetadata(object, {ownerReferences: left.length > 0 ? left : undefined});
	}, asController);
};

/**
Does what holds an owner in deletion, and lets it go when it is done.
*/
const release = ({api, dependents}: Context, place: Place): void => {
	const target = targetOf(api, place);
	const object = target && read(api, target);
	if (!target || !object?.metadata.deletionTimestamp) {
		return;
	}

	const {uid = '', finalizers = []} = object.metadata;
	const own = dependents.of(uid).map(dependent => targetOf(api, dependent)).filter(dependent => dependent !== undefined);
	if (finalizers.includes('orphan')) {
		for (const dependent of own) {
			forget(api, dependent, [uid]);
		}

		dropFinalizer(api, target, 'orphan');
	} else if (finalizers.includes('foregroundDeletion')) {
		for (const dependent of dependents.of(uid)) {
			collect({api, dependents}, dependent);
		}

		if (!own.some(dependent => blocks(read(api, dependent), uid))) {
			dropFinalizer(api, target, 'foregroundDeletion');
		}
	}
};

const blocks = (dependent: KubeObject | undefined, uid: string): boolean =>
	dependent?.metadata.ownerReferences?.some(reference => reference.uid === uid && reference.blockOwnerDeletion) ?? false;

const dropFinalizer = (api: Api, target: NamedTarget, finalizer: string): void => {
	update(api, target, object => withMetadata(object, {finalizers: object.metadata.finalizers?.filter(held => held !== finalizer)}), asController);
};

const targetOf = (api: Api, [collection, key]: Place): NamedTarget | undefined => {
	const resource = api.registry.byCollection(collection);
	const object = api.storage.get(collection, key);
	return resource && object && {resource, namespace: inVersion(object, resource).metadata.namespace, name: object.metadata.name};
};
