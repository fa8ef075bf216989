import process from 'node:process';
import {runContainer} from '../container.ts';
import {encryptArtifacts} from './encrypt-artifacts.ts';
import {keyFileVariable} from '#shared/runs/run-spec.ts';

process.exitCode = await runContainer(process.env, async pod => encryptArtifacts(pod, process.env[keyFileVariable] ?? ''));
