export class Only {}
