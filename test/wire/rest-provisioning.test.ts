import { expect } from 'chai';
import { availableDatabases } from '../support/databases.js';
