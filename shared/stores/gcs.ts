import {type OpenDriver} from './driver.ts';
import {StoreError} from './store.ts';

export const openGcs: OpenDriver = ({location}) => {
	throw new StoreError('Unsupported', `Stores of type ${location.type} cannot be opened yet.`);
};
