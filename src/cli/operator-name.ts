import { userInfo } from 'node:os';

/** Whoever runs a command on the machine itself. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // There are containers whose user has no name.
    return 'operator';
  }
}
