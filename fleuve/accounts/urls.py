"""Addresses of accounts. A token in an address opens once; logs hold the route, never the address."""

from __future__ import annotations

from django.urls import path

from fleuve.accounts.views import links, own, sessions, users

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign_in"),
    path("sign-out/", sessions.sign_out, name="sign_out"),
    path("enter/<str:token>/", links.enter, name="enter"),
    path("first-start/<str:token>/", links.first_owner, name="first_owner"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("new-password/<str:token>/", links.new_password, name="new_password"),
    path("settings/organisation/", own.settings, name="settings"),
    path("settings/profile/", own.profile, name="profile"),
    path("settings/profile/password/", own.password, name="password"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/<int:pk>/", users.user, name="user"),
    path("settings/users/<int:pk>/role/", users.user_role, name="user_role"),
    path("settings/users/<int:pk>/access/", users.user_access, name="user_access"),
    path("settings/users/<int:pk>/password-link/", users.password_link, name="password_link"),
    path("settings/invitations/<int:pk>/withdrawal/", users.invitation_withdrawal, name="invitation_withdrawal"),
]
