/** A stretch of the time axis, in percent of it. */
export type Stretch = {readonly left: number; readonly width: number};

/**
Puts bars under each other where they would touch, each as high up as there is room: the number of each bar's lane, from 0 on. The bars come by where they begin.
*/
export const lanesOf = (bars: readonly Stretch[], gap: number): readonly number[] => {
	const ends: number[] = [];
	return bars.map(({left, width}) => {
		const free = ends.findIndex(end => end + gap <= left);
		const lane = free === -1 ? ends.length : free;
		ends[lane] = left + width;
		return lane;
	});
};
