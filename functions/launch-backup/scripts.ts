import {runFiles} from '#shared/runs/run-spec.ts';

/**
The constant scripts that run in the target's image. What a user wrote reaches them only as arguments and environment, never as text of the script (design, rule 8).

All end with 0 whatever neo4j-admin says: `report` judges the run from the exit code, the log and what lies in the store. Only a killed one ends its container with the same code: kubelet goes on after no init container in which memory ran out, not even one that ended with 0, so that its Pod would stand still until the Job's deadline.
*/

/** 128 and the number of SIGKILL. */
const killed = 137;

/**
Runs neo4j-admin with the arguments given, shows and keeps its output, and keeps its exit code. `DATABASE_COUNT` says how many arguments after the three words of the command are database names: where an earlier attempt did some of them, those still missing take their place. Where `prepare` found that a DIFF must follow the newest FULL, the wish for another parent is left out.
*/
export const backupScript = `
cd "$RUN_FOLDER" || exit 1
[ -e ${runFiles.done} ] && exit 0
if [ -s ${runFiles.databases} ]; then
	shift $((3 + DATABASE_COUNT))
	while IFS= read -r database; do set -- "$database" "$@"; done < ${runFiles.databases}
	set -- neo4j-admin database backup "$@"
fi
if [ -e ${runFiles.followFull} ]; then
	for argument do
		shift
		[ "$argument" = --prefer-diff-as-parent ] || set -- "$@" "$argument"
	done
fi
{ "$@" 2>&1; echo $? > ${runFiles.exitCode}; } | tee ${runFiles.log}
[ "$(cat ${runFiles.exitCode})" = ${killed} ] && exit ${killed}
exit 0
`.trim();

/**
Reads the header of each artifact that the log or an earlier attempt names; of all in the directory where the log names none. Where the catalogue was lost it reads all of them at once, and one by one only what that did not show. \`$@\` are further options of \`neo4j-admin backup inspect\`.
*/
export const inspectScript = String.raw`
cd "$RUN_FOLDER" || exit 1
[ -e ${runFiles.done} ] && exit 0
mkdir -p ${runFiles.inspections}
{ sed -n "s/.*Finished artifact creation '\([^']*\)'.*/\1/p" ${runFiles.log} | sed 's|.*/||'; cat ${runFiles.adopted} 2>/dev/null; } | sort -u > artifacts
if [ -e ${runFiles.everything} ]; then
	neo4j-admin backup inspect "$ARTIFACTS" "$@" > ${runFiles.inspections}/all 2>> inspect.log
	[ $? = ${killed} ] && exit ${killed}
fi
if [ -s artifacts ]; then
	while IFS= read -r artifact; do
		grep -qF -e "/$artifact " -e " $artifact " ${runFiles.inspections}/all 2> /dev/null && continue
		neo4j-admin backup inspect "$ARTIFACTS$artifact" "$@" > "${runFiles.inspections}/$artifact" 2>> inspect.log < /dev/null
		[ $? = ${killed} ] && exit ${killed}
	done < artifacts
elif [ -s ${runFiles.log} ] && ! grep -q 'Unknown option' ${runFiles.log}; then
	neo4j-admin backup inspect "$ARTIFACTS" "$@" > ${runFiles.inspections}/all 2>> inspect.log
	[ $? = ${killed} ] && exit ${killed}
fi
exit 0
`.trim();

/**
Checks each artifact that `gather` laid out, in copies of its own. `$1` and `$2` are the command that makes a FULL of a chain, which removes what it was made of, so that one artifact is left to check; the rest are options of the check.
*/
export const verifyScript = `
cd "$RUN_FOLDER" || exit 1
[ -s ${runFiles.checks} ] || exit 0
first="$1" second="$2"
shift 2
while read -r step database artifact target; do
	results="$RUN_FOLDER/${runFiles.verifications}/$artifact"
	chain="$SCRATCH/$artifact/chain"
	stage="$SCRATCH/$artifact/stage"
	mkdir -p "$results" "$stage"
	{
		if [ "$step" = aggregate ]; then
			neo4j-admin "$first" "$second" --from-path="$chain/$target" --keep-old-backup=false --temp-path="$stage"
		fi && neo4j-admin database check --from-path="$chain" --temp-path="$stage" --report-path="$results" "$@" "$database"
		echo $? > "$results/exit-code"
	} 2>&1 < /dev/null | tee "$results/log"
	[ "$(cat "$results/exit-code")" = ${killed} ] && exit ${killed}
	rm -rf "$SCRATCH/$artifact"
done < ${runFiles.checks}
exit 0
`.trim();
