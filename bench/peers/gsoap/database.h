// Creates and reads users by the statements of statements.json, over a pool of connections with statements prepared once.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>
#include "stored_user.h"

// The caller is unknown, or the password is wrong.
struct AuthenticationError : std::runtime_error {
  AuthenticationError() : std::runtime_error("Authentication failed") {}
};

struct Caller {
  std::string login, password;
};

class Connection;

class Database {
 public:
  Database(const std::string &url, const std::string &statementsFile);
  ~Database();
  // Throws AuthenticationError.
  StoredUser create(long long contextId, const dat__User &requested, const Caller &caller);
  // Throws AuthenticationError; std::runtime_error when there is no such user.
  StoredUser read(long long contextId, long long userId, const Caller &caller);

 private:
  class Lease;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection *> idle_;
  std::mutex mutex_;
  std::condition_variable returned_;
};
