export class Twin {}
